"""The registry that customs keep beside the cases, and the CSV file that it is read from."""
