// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

namespace condaoci::app {

/// Ctrl-C and SIGTERM as a signal of Qt's. The first is for the program to stop cleanly; the second ends it at once
/// with code 130.
class Interrupt : public QObject
{
    Q_OBJECT

public:
    explicit Interrupt(QObject* parent = nullptr); ///< one a process

Q_SIGNALS:
    void requested();
};

} // namespace condaoci::app
