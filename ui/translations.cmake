# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# The translations: resources/translations/*.ts become .qm in the program. `cmake --build BUILD --target
# update_translations` brings the .ts up to date with the sources.

set(translations_folder ${CMAKE_SOURCE_DIR}/resources/translations)
file(GLOB ts_files CONFIGURE_DEPENDS ${translations_folder}/*.ts)
# A right-to-left pseudo translation, made from the English one, for looking at how the windows bear longer texts.
find_program(PYTHON3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(PYTHON3 python3)
set(pseudo ${CMAKE_CURRENT_BINARY_DIR}/conda-oci-mirror_qps.ts)
if(PYTHON3)
    add_custom_command(OUTPUT ${pseudo}
        COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/resources/pseudo_translation.py
                ${translations_folder}/conda-oci-mirror_en.ts ${pseudo}
        DEPENDS ${CMAKE_SOURCE_DIR}/resources/pseudo_translation.py ${translations_folder}/conda-oci-mirror_en.ts)
    list(APPEND ts_files ${pseudo})
endif()
set(qm_files)
foreach(ts ${ts_files})
    get_filename_component(name ${ts} NAME_WE)
    set(qm ${CMAKE_CURRENT_BINARY_DIR}/${name}.qm)
    add_custom_command(OUTPUT ${qm} COMMAND Qt6::lrelease -silent ${ts} -qm ${qm} DEPENDS ${ts})
    list(APPEND qm_files ${qm})
endforeach()
qt_add_resources(ui translations ${resource_options} BASE ${CMAKE_CURRENT_BINARY_DIR} PREFIX /conda-oci-mirror/translations
    FILES ${qm_files})
set(updates)
foreach(language en de)
    list(APPEND updates COMMAND Qt6::lupdate -silent -locations none -no-obsolete -I ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/ui
        ${CMAKE_SOURCE_DIR}/app/gui ${CMAKE_SOURCE_DIR}/core -ts ${translations_folder}/conda-oci-mirror_${language}.ts)
endforeach()
add_custom_target(update_translations ${updates})
