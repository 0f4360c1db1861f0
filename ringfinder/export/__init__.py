"""Files for people: pictures, tables and reports of rings, masked."""
