"""What development, tests and the demo need around the service, fetched and started on demand."""
