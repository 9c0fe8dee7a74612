"""What the program is installed with: the wheel, the image, the unit."""
