# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# What a package of the programs has besides them, and the packages: `cpack -G DEB`, `RPM` or `TGZ` in the build folder.
# The installers of other systems are made from `cmake --install BUILD --component program` (packaging/windows, macos).

include(GNUInstallDirs)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)
set(made ${CMAKE_BINARY_DIR}/packaging)
file(MAKE_DIRECTORY ${made})

# Manual pages are compressed where the tool for it is: Debian's policy wants it.
find_program(GZIP gzip)
function(install_manual page)
    if(GZIP)
        add_custom_command(OUTPUT ${made}/${page}.gz COMMAND ${GZIP} -9nc ${made}/${page} > ${made}/${page}.gz DEPENDS ${made}/${page} VERBATIM)
        add_custom_target(compressed-${page} ALL DEPENDS ${made}/${page}.gz)
        set(page ${page}.gz)
    endif()
    install(FILES ${made}/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endfunction()

# The manual page and the completions are what the program says of itself.
if(NOT CMAKE_CROSSCOMPILING)
    set(described "")
    function(describe file)
        add_custom_command(OUTPUT ${made}/${file} COMMAND conda-oci ${ARGN} > ${made}/${file} DEPENDS conda-oci VERBATIM)
        set(described ${described} ${made}/${file} PARENT_SCOPE)
    endfunction()
    describe(conda-oci.1 manual)
    describe(conda-oci.bash completion bash)
    describe(_conda-oci completion zsh)
    describe(conda-oci.fish completion fish)
    add_custom_target(descriptions ALL DEPENDS ${described})
    if(UNIX)
        install_manual(conda-oci.1)
        install(FILES ${made}/conda-oci.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME conda-oci)
        install(FILES ${made}/_conda-oci DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
        install(FILES ${made}/conda-oci.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
    endif()
endif()
if(UNIX AND NOT APPLE)
    include(${CMAKE_CURRENT_LIST_DIR}/Desktop.cmake)
endif()

set(CPACK_PACKAGE_NAME conda-oci-mirror)
set(CPACK_PACKAGE_VENDOR "The Conda OCI Mirror authors")
set(CPACK_PACKAGE_CONTACT "The Conda OCI Mirror authors <maintainers@conda-oci-mirror.dev>")
set(CPACK_PACKAGE_HOMEPAGE_URL "https://conda-oci-mirror.dev/")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "mirror of conda packages in OCI registries")
set(CPACK_PACKAGE_DESCRIPTION
"Copies conda channels into OCI registries, fetches packages from there into
a local channel, and sends those of a local channel: a desktop application
and a command line. What is published can be trusted: each byte is checked,
and the index lists exactly what is there.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
# The programs only, not core as a library.
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};${PROJECT_NAME};program;/")
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/PackagingTime.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libsecret-1-0, ca-certificates, qt6-translations-l10n, qt6-wayland")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gnome-keyring | kwalletmanager, skopeo")

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE BSD-3-Clause)
set(CPACK_RPM_PACKAGE_GROUP Applications/System)
set(CPACK_RPM_PACKAGE_AUTOREQ ON)
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _build_id_links none")
# Folders that are other packages' as well.
foreach(folder applications bash-completion bash-completion/completions doc fish fish/vendor_completions.d icons icons/hicolor man man/man1
        metainfo mime mime/packages zsh zsh/vendor-completions)
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/${folder})
endforeach()
foreach(size 16x16 22x22 24x24 32x32 48x48 64x64 128x128 256x256 512x512 scalable)
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/icons/hicolor/${size} /usr/share/icons/hicolor/${size}/apps)
endforeach()
include(CPack)
