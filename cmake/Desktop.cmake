# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# What freedesktop.org's desktops and Debian's policy want of an installed program.

set(application dev.conda_oci_mirror.CondaOciMirror)
set(desktop ${CMAKE_SOURCE_DIR}/resources/desktop)
if(CONDAOCI_GUI)
    install(FILES ${desktop}/${application}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES ${desktop}/${application}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${desktop}/${application}.mime.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages RENAME ${application}.xml)
    install(DIRECTORY ${desktop}/icons/hicolor DESTINATION ${CMAKE_INSTALL_DATADIR}/icons)
    install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/conda-oci-mirror.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps
        RENAME ${application}.svg)
    configure_file(${CMAKE_SOURCE_DIR}/packaging/conda-oci-mirror.1.in ${made}/conda-oci-mirror.1 @ONLY)
    install_manual(conda-oci-mirror.1)
endif()

set(documents ${CMAKE_INSTALL_DATADIR}/doc/conda-oci-mirror)
file(STRINGS ${CMAKE_SOURCE_DIR}/LICENSE lines)
set(license "")
foreach(line IN LISTS lines)
    if(line STREQUAL "")
        set(line .)
    endif()
    string(APPEND license " ${line}\n")
endforeach()
configure_file(${CMAKE_SOURCE_DIR}/packaging/debian/copyright.in ${made}/copyright @ONLY)
install(FILES ${made}/copyright ${CMAKE_SOURCE_DIR}/CHANGELOG.md DESTINATION ${documents})
if(GZIP)
    execute_process(COMMAND ${GZIP} -9nc ${CMAKE_SOURCE_DIR}/packaging/debian/changelog OUTPUT_FILE ${made}/changelog.gz)
    install(FILES ${made}/changelog.gz DESTINATION ${documents})
endif()
