"""For integrators' tests: valid messages, messages with exactly one fault, receipts in any order, signed samples.

`strategies` and `sequences` need Hypothesis (``pip install tempgoods-edi[testing]``); `cases`, `mutants` and `sample` do not.
"""
