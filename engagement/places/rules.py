"""What kinds of reference data there are."""

from __future__ import annotations

from enum import StrEnum


class ReferenceKind(StrEnum):
    """What a file of reference data is about; its value is the word on the command line."""

    ICBS = "icbs"
    SUB_ICBS = "sub_icbs"
    LOCAL_AUTHORITIES = "local_authorities"
    WARDS = "wards"
    SMALL_AREAS = "small_areas"
    SMALL_AREAS_HEALTH = "small_areas_health"
    DEPRIVATION = "deprivation"
    CENSUS_AGE = "census_age"
    CENSUS_SEX = "census_sex"
    CENSUS_ETHNIC_GROUP = "census_ethnic_group"
    CENSUS_DISABILITY = "census_disability"
    CENSUS_TENURE = "census_tenure"
    BOUNDARIES_ICB = "boundaries_icb"
    BOUNDARIES_LOCAL_AUTHORITY = "boundaries_local_authority"
    BOUNDARIES_WARD = "boundaries_ward"
    BOUNDARIES_LSOA = "boundaries_lsoa"
    INDICATORS = "indicators"
    POSTCODES = "postcodes"


class PlaceKind(StrEnum):
    """What kind of place a code stands for; small areas have a table of their own."""

    ICB = "icb"
    SUB_ICB = "sub-icb"
    LOCAL_AUTHORITY = "local authority"
    WARD = "ward"
    REGION = "region"
