"""What charts are drawn with: axes, scatter, cells, densities, selections, theme, composition."""
