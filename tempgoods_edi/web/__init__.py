"""The declarant's portal: pages over the services of `declarant`, thin on purpose."""
