"""A preview of the project's Perspective views as HTML, for reviewers. It is not Ignition."""
