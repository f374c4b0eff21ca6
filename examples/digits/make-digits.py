"""Writes digits.txt from the copy of the data that comes with scikit-learn.

    pip install scikit-learn && python3 examples/digits/make-digits.py
"""

import pathlib

from sklearn.datasets import load_digits

DIGITS = "0123456789abcdefg"  # the darkness of a pixel, 0 to 16

images, labels = load_digits(return_X_y=True)
lines = ["".join(DIGITS[int(pixel)] for pixel in image) + f" {label}\n" for image, label in zip(images, labels)]
pathlib.Path(__file__).with_name("digits.txt").write_text("".join(lines))
