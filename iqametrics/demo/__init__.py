"""The demonstration: pictures that come with scikit-image, distorted, scored with every metric, and drawn."""
