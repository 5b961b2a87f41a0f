"""Questions about what lies ahead: asked by the clock, and held against what came."""
