"""What a Book survives: kill -9, a full disk, damage, two writers, days out of order."""
