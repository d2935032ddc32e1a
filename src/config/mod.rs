//! The package configuration file (`.packit.yaml`) and the user's own configuration.
