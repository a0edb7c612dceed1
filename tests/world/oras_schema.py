# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What oras-py 0.1.14 takes for a manifest. The Python tool pins that release, and conda-forge-metadata and conda-metadata-app read through it:
it validates every manifest before it looks at it, and allows no field that it does not know. Written anew from what it does."""

NUMBER, TEXT, ANY_ANNOTATIONS = (int, float), str, (dict, list, type(None))
DESCRIPTOR = {"mediaType": TEXT, "size": NUMBER, "digest": TEXT, "annotations": ANY_ANNOTATIONS, "urls": list}
MANIFEST = {"schemaVersion": NUMBER, "mediaType": TEXT, "config": dict, "layers": list, "annotations": ANY_ANNOTATIONS}


def complaints(manifest):
    """What it would raise a ValidationError for; empty: it reads the manifest."""
    found = []

    def look(value, kinds, required, where, is_open):
        if not isinstance(value, dict):
            found.append(f"{where} is not an object")
            return
        found.extend(f"{where}: {key!r} is a required property" for key in required if key not in value)
        for key, one in value.items():
            if key not in kinds:
                if not is_open:
                    found.append(f"{where}: additional properties are not allowed ({key!r} was unexpected)")
            elif not isinstance(one, kinds[key]) or isinstance(one, bool):
                found.append(f"{where}: {key} has the wrong type")

    look(manifest, MANIFEST, ("schemaVersion", "config", "layers"), "manifest", False)
    for where, one in [("config", manifest.get("config")), *((f"layer {i}", layer) for i, layer in enumerate(manifest.get("layers") or []))]:
        # The release lets a descriptor have more; what we write has no more, and later releases may be stricter.
        look(one, DESCRIPTOR, ("mediaType", "size", "digest"), where, False)
    return found
