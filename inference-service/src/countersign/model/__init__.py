"""What a trained model is: its task, its file and card, its calibrated answer and its reasons."""
