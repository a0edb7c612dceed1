// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// A desktop without a keychain: nothing is written in clear, and what was typed holds until the program ends.
#include "tests/paths.h"
#include "tests/support/dockerregistry.h"
#include "tests/ui/program.h"
#include "ui/dialogs/credentialsdialog.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QTemporaryDir>

using namespace condaoci;
using test::child;

class TestNoKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void A09_keepsThePasswordForThisRunOnly()
    {
        const test::DockerRegistry registry({QStringLiteral("anna"), QStringLiteral("CANARY-run")});
        QTemporaryDir folder;
        const QString address = registry.address() + QStringLiteral("/org");
        {
            ui::Workspace workspace(folder.path(), test::credentials().functions());
            ui::CredentialsDialog sign(workspace, address);
            sign.show();
            QVERIFY(QTest::qWaitForWindowActive(&sign));
            QTest::keyClicks(child<QLineEdit>(sign, "user"), QStringLiteral("anna"));
            QTest::keyClicks(child<QLineEdit>(sign, "secret"), QStringLiteral("CANARY-run"));
            QTest::keyClick(&sign, Qt::Key_S, Qt::AltModifier);
            auto* message = child<QLabel>(sign, "message");
            QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(QStringLiteral("until the program ends")),
                                      qPrintable(message->text()), 70'000);
            QVERIFY(sign.isVisible()); // it has to be read
            QVERIFY(child<QLineEdit>(sign, "secret")->text().isEmpty());
            QVERIFY(!message->text().contains(QStringLiteral("CANARY")));
            mirror::CopyRequest request;
            request.channel = QStringLiteral(SOURCE_DIR) + QStringLiteral("/resources/sample-channel");
            request.registry = address;
            request.subdirs = QStringList{QStringLiteral("noarch")};
            auto* transfer = workspace.transfers().start(request);
            QTRY_VERIFY_WITH_TIMEOUT(!transfer->isRunning(), 70'000);
            QVERIFY2(transfer->state() == ui::Transfer::State::Done, qPrintable(transfer->error()));
            QVERIFY(workspace.state().flush());
        }
        for (const QString& place : {folder.path(), QDir::homePath()}) {
            for (QDirIterator files(place, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
                 files.hasNext();) {
                const QString path = files.next();
                QVERIFY2(!test::readAll(path).contains("CANARY"), qPrintable(path));
            }
        }
    }
};

int main(int argc, char** argv)
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    qputenv("XDG_RUNTIME_DIR", "/nonexistent");
    QApplication application(argc, argv);
    TestNoKeychain test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_nokeychain.moc"
