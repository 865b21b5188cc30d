"""Cards and manifests of subjective data sets, and published figures; iqametrics.datasets reads them."""
