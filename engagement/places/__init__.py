"""Places: reference data of England: areas, deprivation, the census, boundaries, postcodes."""
