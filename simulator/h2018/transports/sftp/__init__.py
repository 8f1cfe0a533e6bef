"""The exchange folders over SFTP."""
