"""The evaluation: is the product good on real data, and honest about what it does not know?"""
