# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# makensis -DVERSION=0.1.0 -DSTAGE=FOLDER [-DOUTPUT=FILE] [-DSIGN="COMMAND"] installer.nsi
#
# Both paths as absolute ones. STAGE has bin\ with both programs and all that they load (cmake --install BUILD --component program --prefix STAGE, then
# windeployqt). SIGN is run with the installer's and the uninstaller's file behind it, e.g. "signtool sign /fd sha256 …".
#
# Silent: SETUP /S [/CurrentUser|/AllUsers] [/PATH] [/D=FOLDER], and uninstall.exe /S [/REMOVESETTINGS]. Exit codes: 0 done,
# 1 cancelled, 2 the folder belongs to something else, a program in it is running, or Windows is not a 64-bit one.
Unicode true
SetCompressor /SOLID lzma

!ifndef VERSION
  !error "Which version? -DVERSION=0.1.0"
!endif
!ifndef STAGE
  !error "Which files? -DSTAGE=FOLDER"
!endif
!ifndef OUTPUT
  !define OUTPUT "conda-oci-mirror-${VERSION}-windows-x64.exe"
!endif
!define NAME "Conda OCI Mirror"
!define PROGRAM "conda-oci-mirror.exe"
!define SOURCE "..\.." # makensis goes to the folder of this file first
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define APPLICATION_KEY "Software\Classes\Applications\${PROGRAM}"
!define APP_PATH_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\${PROGRAM}"
!searchparse /file "${SOURCE}\resources\desktop\dev.conda_oci_mirror.CondaOciMirror.metainfo.xml" `<url type="homepage">` HOMEPAGE `</url>`

Name "${NAME}"
OutFile "${OUTPUT}"
BrandingText "${NAME} ${VERSION}"
ManifestDPIAware true
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "CompanyName" "The Conda OCI Mirror authors"
VIAddVersionKey "LegalCopyright" "The Conda OCI Mirror authors, BSD-3-Clause"
!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"
!include MultiUser.nsh
!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include Sections.nsh
!include WinMessages.nsh
!include x64.nsh
!include "path.nsh"

!define MUI_ICON "${SOURCE}\resources\desktop\icons\conda-oci-mirror.ico"
!define MUI_UNICON "${MUI_ICON}"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_WELCOMEFINISHPAGE_BITMAP "${NSISDIR}\Contrib\Graphics\Wizard\nsis3-grey.bmp"
!insertmacro MUI_PAGE_LICENSE "${SOURCE}\LICENSE"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE CheckFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION Run
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

# Its letters would otherwise be read as those of whatever code page makensis runs under.
!include /CHARSET=UTF8 "texts.nsh"

# The folder is ours alone, since bin\ in it is replaced and removed as a whole.
Function CheckFolder
  ${If} ${FileExists} "$INSTDIR\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\uninstall.exe"
    FindFirst $0 $1 "$INSTDIR\*.*"
    ${DoWhile} $1 != ""
      ${If} $1 != "."
      ${AndIf} $1 != ".."
        FindClose $0
        MessageBox MB_ICONEXCLAMATION "$(NOT_OURS)" /SD IDOK
        Abort # in a silent run: exit code 2
      ${EndIf}
      FindNext $0 $1
    ${Loop}
    FindClose $0
  ${EndIf}
FunctionEnd

# A program that runs can't be opened for writing.
!macro CheckRunning un
Function ${un}CheckRunning
  ${If} ${FileExists} "$INSTDIR\bin\${PROGRAM}"
    ${Do}
      ClearErrors
      FileOpen $0 "$INSTDIR\bin\${PROGRAM}" a
      ${IfNot} ${Errors}
        FileClose $0
        ${ExitDo}
      ${EndIf}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY again
      SetErrorLevel 2
      Quit
      again:
    ${Loop}
  ${EndIf}
FunctionEnd
!macroend
!insertmacro CheckRunning ""
!insertmacro CheckRunning "un."
!insertmacro AddToPath
!insertmacro RemoveFromPath

# By the desktop, as the user: a child of an installer that is an administrator's would be one as well.
Function Run
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\bin\${PROGRAM}"'
FunctionEnd

Section "$(PROGRAMS)" SectionPrograms
  SectionIn RO
  ${If} ${Silent} # has no page that asks
    Call CheckFolder
  ${EndIf}
  Call CheckRunning
  RMDir /r "$INSTDIR\bin" # libraries of an earlier version would be loaded
  SetOutPath "$INSTDIR\bin"
  File /r "${STAGE}\bin\*"
  SetOutPath "$INSTDIR"
  File "/oname=LICENSE.txt" "${SOURCE}\LICENSE"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  WriteRegStr SHCTX "${APP_PATH_KEY}" "" "$INSTDIR\bin\${PROGRAM}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\bin\${PROGRAM}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "The Conda OCI Mirror authors"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "URLInfoAbout" "${HOMEPAGE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Section "$(MENU)" SectionMenu
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\bin\${PROGRAM}"
SectionEnd

# Windows lists a program under Open with by its own key; no file type's is touched.
Section "$(OPEN_WITH)" SectionOpenWith
  WriteRegStr SHCTX "${APPLICATION_KEY}" "FriendlyAppName" "${NAME}"
  WriteRegStr SHCTX "${APPLICATION_KEY}\shell\open\command" "" '"$INSTDIR\bin\${PROGRAM}" "%1"'
  WriteRegStr SHCTX "${APPLICATION_KEY}\SupportedTypes" ".lock" ""
  WriteRegStr SHCTX "${APPLICATION_KEY}\SupportedTypes" ".yml" ""
  WriteRegStr SHCTX "${APPLICATION_KEY}\SupportedTypes" ".yaml" ""
  WriteRegStr SHCTX "${APPLICATION_KEY}\SupportedTypes" ".txt" ""
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' # SHCNE_ASSOCCHANGED
SectionEnd

Section /o "$(IN_PATH)" SectionPath
  StrCpy $0 "$INSTDIR\bin"
  !insertmacro PathOf
  Call AddToPath
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionPrograms} $(PROGRAMS_MORE)
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionOpenWith} $(OPEN_WITH_MORE)
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionPath} $(IN_PATH_MORE)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(NEEDS_X64)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetRegView 64
  Push $INSTDIR # is empty but for /D=, which MultiUser.nsh does not heed
  !insertmacro MULTIUSER_INIT
  Pop $0
  ${If} $0 != ""
    StrCpy $INSTDIR $0
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PATH" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SectionPath}
  ${EndIf}
FunctionEnd

Section "un.$(PROGRAMS)" UnsectionPrograms
  SectionIn RO
  Call un.CheckRunning
  StrCpy $0 "$INSTDIR\bin"
  !insertmacro PathOf
  Call un.RemoveFromPath
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey SHCTX "${APPLICATION_KEY}"
  DeleteRegKey SHCTX "${APP_PATH_KEY}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  RMDir /r "$INSTDIR\bin"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" # unless there is something else in it
SectionEnd

Section /o "un.$(SETTINGS)" UnsectionSettings
  SetShellVarContext current
  RMDir /r "$APPDATA\conda-oci-mirror"
  RMDir /r "$LOCALAPPDATA\conda-oci-mirror"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${UnsectionSettings} $(SETTINGS_MORE)
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  SetRegView 64
  Push $INSTDIR # is where this uninstaller is, which MultiUser.nsh takes from the registry instead
  !insertmacro MULTIUSER_UNINIT
  Pop $INSTDIR
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/REMOVESETTINGS" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UnsectionSettings}
  ${EndIf}
FunctionEnd
