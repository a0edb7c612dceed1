# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Takes the pictures in resources/screenshots along into the guide, whose pages name them by a path that leads there in the repository too."""
import pathlib

from mkdocs.structure.files import File

RESOURCES = pathlib.Path(__file__).resolve().parents[1] / "resources"


def on_files(files, config):
    for picture in sorted(RESOURCES.glob("screenshots/*.png")):
        files.append(File(f"screenshots/{picture.name}", str(RESOURCES), config["site_dir"], config["use_directory_urls"]))
    return files


def on_page_markdown(markdown, **_):
    return markdown.replace("](../resources/screenshots/", "](screenshots/")
