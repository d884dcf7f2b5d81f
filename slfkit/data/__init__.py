"""Sources of images: torchvision's sets, a reader's folders, and generated stand-ins."""
