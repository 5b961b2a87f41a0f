"""What is kept: tables, migrations, and one module of queries per noun; only here SQL is spoken."""
