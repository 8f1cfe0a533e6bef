"""What customs has on file beside the cases, and the CSV file that it is read from."""
