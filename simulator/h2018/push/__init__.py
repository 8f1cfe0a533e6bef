"""Push of receipts to callbacks: when to try again, what blocks what, and the HTTP requests themselves."""
