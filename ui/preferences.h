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
    int spacing = 0;        ///< milliseconds between the starts of two requests to a host
    QString cacheDirectory; ///< that a new pull or push begins with; empty: the first that was opened
    QString registry;       ///< that a new mirror, pull or push begins with; empty: the first that was added
    Closing closing = Closing::Ask;

    [[nodiscard]] static Preferences load(const State& state);
    void save(State& state) const;
    friend bool operator==(const Preferences&, const Preferences&) = default;
};

} // namespace condaoci::ui
