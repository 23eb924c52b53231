"""The topics service: the IPTC Media Topics of each article."""
