"""What a release needs and users do not: the gate on the schemas and what is generated. It is not part of the wheel."""
