// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/gui/application.h"
#include "ui/mainwindow.h"
#include "ui/transfers/transfers.h"
#include "ui/workspace.h"

#include <QDialog>
#include <QFile>
#include <QTest>

namespace condaoci::test {

/// One for the whole test, as a program has one: the keychain's library wants to be used from one thread, always.
inline app::WindowCredentials& credentials()
{
    static auto* all = new app::WindowCredentials; // not to be destroyed after the application
    return *all;
}

/// A started program without its main(): what application.cpp puts together, in a folder of the test's.
struct Program
{
    explicit Program(const QString& folder)
        : workspace(folder, credentials().functions())
        , window(workspace)
    {
        window.show();
        if (!QTest::qWaitForWindowActive(&window))
            qWarning("the window did not become active");
    }
    ui::Workspace workspace;
    ui::MainWindow window;
};

template<typename T>
T* child(QWidget& parent, const char* name)
{
    return parent.findChild<T*>(QLatin1String(name));
}

/// Waits for a dialog of that name; null if it does not come.
inline QDialog* dialog(QWidget& window, const char* name)
{
    QDialog* found = nullptr;
    [&] { QTRY_VERIFY((found = child<QDialog>(window, name)) && found->isVisible()); }();
    if (found && !QTest::qWaitForWindowActive(found)) // before that its shortcuts lead nowhere
        qWarning("%s did not become active", name);
    return found;
}

inline bool writeFile(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

inline QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace condaoci::test
