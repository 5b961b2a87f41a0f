"""Getting better: the simulated plant, the training of models, and their honest evaluation."""
