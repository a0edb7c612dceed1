// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QStringList>

class QCoreApplication;

namespace condaoci::ui {

/// The languages that the window speaks, as locale names.
[[nodiscard]] QStringList translationLanguages();

/// Makes the window speak a language: a locale's name; empty: the system's, where there is a translation, otherwise
/// English. "qps" is the pseudo translation that tests use: longer texts, written from right to left.
void installTranslators(QCoreApplication& application, const QString& language);

} // namespace condaoci::ui
