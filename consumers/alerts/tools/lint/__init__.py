"""`newsmonitor watch lint`: finds likely mistakes in valid watches."""
