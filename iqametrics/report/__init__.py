"""What people look at: overlays of quality maps, figures, and files that are written whole or not at all."""
