"""What makes the shipped model: training, evaluation, gate, benchmarks. Never shipped."""
