"""The benchmark: the engine and every installed peer on the same simulated births, in one run."""
