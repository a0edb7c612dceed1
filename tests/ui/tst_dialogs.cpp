// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Every dialog and question of the window under Enter, Return and Escape, wherever the focus is: what trusts, deletes,
// overwrites or ends something is never pressed by them.
#include "tests/paths.h"
#include "tests/support/dockerregistry.h"
#include "tests/ui/program.h"
#include "ui/dialogs/aboutdialog.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/dialogs/preferencesdialog.h"
#include "ui/dialogs/transferdialog.h"
#include "ui/page.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace condaoci;
using test::child;
using test::DockerRegistry;
using test::Program;

namespace {

/// By what it is called, what it says and where it stands.
bool isDangerous(const QPushButton& button)
{
    static const QRegularExpression words(
        QStringLiteral("accept.*certificate|trust|delete|remove|discard|overwrite|replace|erase|stop.*quit|restore"),
        QRegularExpression::CaseInsensitiveOption);
    QString text = button.text();
    text.remove(QLatin1Char('&'));
    if (words.match(button.objectName()).hasMatch() || words.match(text).hasMatch())
        return true;
    for (const QWidget* parent = button.parentWidget(); parent; parent = parent->parentWidget()) {
        if (const auto* box = qobject_cast<const QDialogButtonBox*>(parent)) {
            const auto role = box->buttonRole(const_cast<QPushButton*>(&button));
            return role == QDialogButtonBox::DestructiveRole || role == QDialogButtonBox::ResetRole;
        }
    }
    return false;
}

QList<QPushButton*> dangerous(const QDialog& dialog)
{
    QList<QPushButton*> found;
    for (QPushButton* button : dialog.findChildren<QPushButton*>()) {
        if (isDangerous(*button))
            found.append(button);
    }
    return found;
}

QList<QWidget*> stops(const QDialog& dialog)
{
    QList<QWidget*> found;
    for (QWidget* widget : dialog.findChildren<QWidget*>()) {
        if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus))
            found.append(widget);
    }
    return found;
}

/// A page that asks what the pages ask.
class AskingPage : public ui::Page
{
public:
    using Page::Page;
    int answered = 0;
    void ask()
    {
        askBefore("test", QStringLiteral("Delete"), QStringLiteral("Delete it?"), QStringLiteral("&Delete"),
                  [this] { ++answered; });
    }
};

using Open = std::function<QDialog*()>;

} // namespace

class TestDialogs : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QSet<QString> m_walked;

    /// Presses the key on each thing that can have the focus, in a fresh dialog where the last one is gone.
    void walk(const QString& name, const Open& open, int leastDangerous = 0)
    {
        m_walked.insert(name);
        for (const auto key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Escape}) {
            qsizetype count = 1;
            for (qsizetype i = 0; i < count; ++i) {
                const QPointer<QDialog> dialog = open();
                QVERIFY2(dialog && dialog->isVisible(), qPrintable(name));
                QVERIFY2(QTest::qWaitForWindowActive(dialog), qPrintable(name));
                const QList<QPushButton*> buttons = dangerous(*dialog);
                QVERIFY2(buttons.size() >= leastDangerous, qPrintable(name));
                std::vector<std::unique_ptr<QSignalSpy>> presses;
                for (QPushButton* button : buttons) {
                    const QString which = name + QStringLiteral(": ") + button->text();
                    QVERIFY2(!button->isDefault(), qPrintable(which));
                    QVERIFY2(!button->autoDefault(), qPrintable(which));
                    presses.push_back(std::make_unique<QSignalSpy>(button, &QPushButton::clicked));
                }
                const QList<QWidget*> widgets = stops(*dialog);
                count = std::max<qsizetype>(widgets.size(), 1);
                QWidget* at = i < widgets.size() ? widgets[i] : dialog.data();
                at->setFocus();
                const QString where = QStringLiteral("%1: %2 on %3 %4")
                                          .arg(name, QKeySequence(key).toString(),
                                               QLatin1String(at->metaObject()->className()), at->objectName());
                QTest::keyClick(at, key);
                for (const auto& pressed : presses)
                    QVERIFY2(pressed->isEmpty(), qPrintable(where));
                if (dialog)
                    dialog->close();
                if (dialog)
                    delete dialog.data();
            }
        }
    }

    QString path(const char* name) { return m_folder.filePath(QLatin1String(name)); }

private Q_SLOTS:
    void W09_questionsAndOrdinaryDialogs()
    {
        Program program(path("state"));
        program.window.tryIt();
        QTRY_VERIFY(program.workspace.transfers().count() == 1 && !program.workspace.transfers().isAnyRunning());
        using Verb = mirror::CopyRequest::Verb;
        const auto shown = [](QDialog* dialog) {
            dialog->show();
            return dialog;
        };
        for (const Verb verb : {Verb::PullCache, Verb::PushCache, Verb::Mirror}) {
            walk(QStringLiteral("copyDialog"), [&] {
                mirror::CopyRequest request;
                request.verb = verb;
                request.channel = QStringLiteral("conda-forge");
                request.registry = QStringLiteral("ht tp:/x y"); // Enter is refused, and nothing is started
                program.window.openCopyDialog(request);
                return child<QDialog>(program.window, "copyDialog");
            });
        }
        walk(
            QStringLiteral("preferencesDialog"),
            [&] { return shown(new ui::PreferencesDialog(program.workspace, &program.window)); }, 1);
        walk(QStringLiteral("aboutDialog"), [&] { return shown(new ui::AboutDialog(&program.window)); });
        walk(QStringLiteral("transferDialog"), [&] {
            return shown(
                new ui::TransferDialog(program.workspace, program.workspace.transfers().at(0), &program.window));
        });
        walk(
            QStringLiteral("credentialsDialog"),
            [&] { return shown(new ui::CredentialsDialog(program.workspace, QString(), &program.window)); }, 1);
    }

    // All questions before something is destroyed are made in one place, Page::askBefore, and the one before closing.
    void W09_questions()
    {
        ui::Workspace workspace(path("asking"), test::credentials().functions());
        AskingPage page(workspace);
        page.show();
        walk(
            QStringLiteral("testQuestion"),
            [&] {
                page.ask();
                return test::dialog(page, "testQuestion");
            },
            1);
        QCOMPARE(page.answered, 0);
        page.ask();
        auto* question = test::dialog(page, "testQuestion");
        QVERIFY(question);
        QTest::keyClick(child<QPushButton>(*question, "testButton"), Qt::Key_Space); // on purpose
        QCOMPARE(page.answered, 1);
    }

    // With a certificate that nobody vouches for: Enter signs in, which fails, and nothing is accepted.
    void W09_signingInWhereTheCertificateIsNotTrusted()
    {
        const DockerRegistry registry({QStringLiteral("anna"), QStringLiteral("CANARY-tls"), true});
        ui::Workspace workspace(path("certificates"), test::credentials().functions());
        const QString address = registry.address() + QStringLiteral("/org");
        const auto open = [&]() -> QDialog* {
            auto* sign = new ui::CredentialsDialog(workspace, address);
            sign->show();
            child<QLineEdit>(*sign, "user")->setText(QStringLiteral("anna"));
            child<QLineEdit>(*sign, "secret")->setText(QStringLiteral("CANARY-tls"));
            child<QPushButton>(*sign, "test")->click();
            auto* accept = child<QPushButton>(*sign, "acceptCertificate");
            [&] { QTRY_VERIFY(accept->isVisible() && child<QPushButton>(*sign, "save")->isEnabled()); }();
            return sign;
        };
        walk(QStringLiteral("credentialsDialog"), open, 1);
        mirror::CopyRequest request;
        request.registry = address;
        QVERIFY(workspace.withNetwork(request).acceptedCertificates.isEmpty());
    }

    // The most ordinary way to sign in: user, password, Enter.
    void W09_enterSignsIn_data()
    {
        QTest::addColumn<QString>("field");
        for (const char* field : {"user", "secret", "registry"})
            QTest::newRow(field) << QString::fromLatin1(field);
    }
    void W09_enterSignsIn()
    {
        QFETCH(QString, field);
        const DockerRegistry registry({QStringLiteral("anna"), QStringLiteral("CANARY-enter")});
        ui::Workspace workspace(path("entering"), test::credentials().functions());
        ui::CredentialsDialog sign(workspace, registry.address() + QStringLiteral("/org"));
        sign.show();
        QVERIFY(QTest::qWaitForWindowActive(&sign));
        child<QLineEdit>(sign, "user")->setText(QStringLiteral("anna"));
        child<QLineEdit>(sign, "secret")->setText(QStringLiteral("wrong"));
        auto* at = sign.findChild<QLineEdit*>(field);
        at->setFocus();
        QTest::keyClick(at, Qt::Key_Return);
        auto* message = child<QLabel>(sign, "message");
        QTRY_VERIFY2(message->text().contains(QStringLiteral("refused")), qPrintable(message->text()));
        QTRY_VERIFY(child<QPushButton>(sign, "save")->isEnabled());
        child<QLineEdit>(sign, "secret")->setText(QStringLiteral("CANARY-enter"));
        at->setFocus();
        QTest::keyClick(at, Qt::Key_Enter);
        QTRY_VERIFY_WITH_TIMEOUT(!sign.isVisible(), 20'000);
        QCOMPARE(sign.result(), int(QDialog::Accepted));
    }

    // Keys on the question before closing; the transfer waits for a server that does not answer.
    void W09_closing()
    {
        Program program(path("closing"));
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        mirror::CopyRequest request;
        request.channel = QStringLiteral("http://127.0.0.1:%1/channel").arg(silent.serverPort());
        request.registry = QStringLiteral("oci-layout:") + path("closing/layout");
        auto* transfer = program.workspace.transfers().start(request);
        program.window.close();
        auto* question = test::dialog(program.window, "closeQuestion");
        QVERIFY(question);
        for (QPushButton* button : dangerous(*question))
            QVERIFY2(!button->isDefault() && !button->autoDefault(), qPrintable(button->text()));
        QCOMPARE(dangerous(*question).size(), 1);
        auto* stop = child<QPushButton>(*question, "stopAndQuit");
        const QSignalSpy stopped(stop, &QPushButton::clicked);
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_Escape);
        QTRY_VERIFY(program.window.isVisible());
        QVERIFY(stopped.isEmpty() && transfer->isRunning());
        QTRY_VERIFY(!child<QMessageBox>(program.window, "closeQuestion")); // there is one at a time
        program.window.close();
        question = test::dialog(program.window, "closeQuestion");
        QVERIFY(question);
        stop = child<QPushButton>(*question, "stopAndQuit");
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_Return);
        QTRY_VERIFY(!program.window.isVisible()); // it goes on in the background
        QVERIFY(transfer->isRunning());
        transfer->stop();
        QTRY_VERIFY(!transfer->isRunning());
    }

    /// A new dialog or question is walked as well: this fails until it is.
    void W09_noDialogIsLeftOut()
    {
        const QSet<QString> known{// walked above
                                  QStringLiteral("copyDialog"), QStringLiteral("credentialsDialog"),
                                  QStringLiteral("preferencesDialog"), QStringLiteral("aboutDialog"),
                                  QStringLiteral("transferDialog"), QStringLiteral("closeQuestion"),
                                  // a view with the one button Close
                                  QStringLiteral("lookInsideDialog")};
        static const QRegularExpression named(
            QStringLiteral("setObjectName\\(QStringLiteral\\(\"(\\w+(?:Dialog|Question))\"\\)\\)"));
        static const QRegularExpression made(
            QStringLiteral("new QMessageBox|QMessageBox::(?:question|warning|critical|information)\\(|"
                           "QInputDialog|DontConfirmOverwrite"));
        QSet<QString> found;
        QStringList boxes;
        QStringList folders{QStringLiteral(SOURCE_DIR "/ui")};
        while (!folders.isEmpty()) {
            const QDir dir(folders.takeFirst());
            for (const QFileInfo& entry : dir.entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
                if (entry.isDir())
                    folders.append(entry.filePath());
                const QString text = entry.isDir() ? QString() : QString::fromUtf8(test::readAll(entry.filePath()));
                for (auto it = named.globalMatch(text); it.hasNext();)
                    found.insert(it.next().captured(1));
                for (auto it = made.globalMatch(text); it.hasNext(); it.next())
                    boxes.append(entry.fileName());
            }
        }
        // The system's, which ask before they overwrite; no is their default.
        static const QRegularExpression files(QStringLiteral("^(save|open|choose)\\w*Dialog$"));
        for (const QString& name : found)
            QVERIFY2(known.contains(name) || files.match(name).hasMatch(), qPrintable(name));
        boxes.sort();
        QCOMPARE(boxes, (QStringList{QStringLiteral("mainwindow.cpp"), QStringLiteral("page.cpp")}));
    }
};

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
