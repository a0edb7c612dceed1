// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

namespace condaoci::ui {

class State;

/// What a person prefers; kept in the State. What is missing or out of range there is as by default.
struct Preferences
{
    enum class Closing { Ask, GoOn, Stop }; ///< of the window while a transfer runs

    int workers = 4;        ///< packages at a time, 1 to 64
    int spacing = 0;        ///< milliseconds between the starts of two packages
    QString cacheDirectory; ///< that a new pull or push begins with; empty: the first that was opened
    QString registry;       ///< that a new mirror, pull or push begins with; empty: the first that was added
    Closing closing = Closing::Ask;
    QString caFile; ///< PEM files, as in http::TlsOptions
    QString clientCertificate;
    QString clientKey;
    QString language; ///< a locale's name, as in translationLanguages(); empty: the system's. From the next start on

    [[nodiscard]] static Preferences load(const State& state);
    /// The language alone, for the time before there is a State; a file that can't be read is left to that.
    [[nodiscard]] static QString keptLanguage(const QString& stateFile);
    void save(State& state) const;
    friend bool operator==(const Preferences&, const Preferences&) = default;
};

} // namespace condaoci::ui
