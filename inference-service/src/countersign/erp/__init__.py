"""The ERPs: one port, one set of documents, one error tree, one package per ERP."""
