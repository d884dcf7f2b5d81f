"""What the paper argues against, run: federated averaging, and split learning over the air."""
