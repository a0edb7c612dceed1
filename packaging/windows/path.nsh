# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# An entry in PATH, in its own registry value. NSIS's strings end at NSIS_MAX_STRLEN characters (1024 as a rule), PATH may
# be longer, and what does not fit reads as empty: so its text stays in Windows' memory and is never a string of NSIS.

# !insertmacro AddToPath makes the function AddToPath, !insertmacro RemoveFromPath un.RemoveFromPath.
#   $0 the folder; $1 root key and $2 subkey from PathOf. They change $3 to $8 and $R9; $8 is 0, or Windows' error.
!macro ReadAndWritePath un
# $5 becomes ";PATH;", $6 where in it ";FOLDER;" begins or 0, $3 the open key, $4 the value's type.
Function ${un}ReadPath
  StrCpy $6 0
  System::Call 'advapi32::RegOpenKeyExW(p r1, w r2, i 0, i 0x2001F, *p .r3) i.r8' # KEY_READ | KEY_WRITE
  IntCmp $8 0 0 done done
  System::Call 'advapi32::RegQueryValueExW(p r3, w "Path", p 0, *i .r4, p 0, *i .r7) i.r8'
  ${If} $8 = 2 # there is none yet
    StrCpy $8 0
    StrCpy $7 0
    StrCpy $4 2 # REG_EXPAND_SZ
  ${EndIf}
  IntCmp $8 0 0 close close
  StrLen $R9 $0
  IntOp $R9 $R9 * 2
  IntOp $R9 $R9 + $7
  IntOp $R9 $R9 + 16 # for what stands around both, and the end
  System::Alloc $R9  # is all zeros
  Pop $5
  System::Call 'kernel32::lstrcatW(p r5, w ";")'
  ${If} $7 > 2 # an empty one has its end only
    IntPtrOp $R9 $5 + 2
    System::Call 'advapi32::RegQueryValueExW(p r3, w "Path", p 0, p 0, p R9, *i r7) i.r8'
    System::Call 'kernel32::lstrcatW(p r5, w ";")'
  ${EndIf}
  StrCpy $R9 ";$0;"
  System::Call 'shlwapi::StrStrIW(p r5, w R9) p.r6'
  Return
close:
  System::Call 'advapi32::RegCloseKey(p r3)'
done:
FunctionEnd

# Writes what is in $5 behind its first ";", and frees and closes all.
Function ${un}WritePath
  IntPtrOp $6 $5 + 2
  System::Call 'kernel32::lstrlenW(p r6) i.r7'
  IntOp $7 $7 * 2
  IntOp $7 $7 + 2
  System::Call 'advapi32::RegSetValueExW(p r3, w "Path", i 0, i r4, p r6, i r7) i.r8'
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
FunctionEnd

Function ${un}FreePath
  System::Free $5
  System::Call 'advapi32::RegCloseKey(p r3)'
FunctionEnd

!macroend

!macro AddToPath
!insertmacro ReadAndWritePath ""
Function AddToPath
  Call ReadPath
  IntCmp $8 0 0 failed failed
  ${If} $6 P= 0
    System::Call 'kernel32::lstrcatW(p r5, w r0)'
    Call WritePath
  ${EndIf}
  Call FreePath
  IntCmp $8 0 done
failed:
  DetailPrint "PATH: error $8"
done:
FunctionEnd

!macroend

!macro RemoveFromPath
!insertmacro ReadAndWritePath "un."
Function un.RemoveFromPath
  Call un.ReadPath
  IntCmp $8 0 0 done done
  ${If} $6 P<> 0
    # ";A;FOLDER;B;" becomes ";A;B;", and then ";A;B".
    StrLen $R9 $0
    IntOp $R9 $R9 + 1
    IntOp $R9 $R9 * 2
    IntPtrOp $R9 $6 + $R9
    System::Call 'kernel32::lstrlenW(p R9) i.r7'
    IntOp $7 $7 * 2
    IntOp $7 $7 + 2
    System::Call 'kernel32::RtlMoveMemory(p r6, p R9, p r7)'
    System::Call 'kernel32::lstrlenW(p r5) i.r7'
    ${If} $7 > 1
      IntOp $7 $7 - 1
      IntOp $7 $7 * 2
      IntPtrOp $7 $5 + $7
      System::Call '*$7(&i2 0)'
    ${EndIf}
    Call un.WritePath
  ${EndIf}
  Call un.FreePath
done:
FunctionEnd
!macroend

# $1 and $2 for the mode that MultiUser.nsh found.
!macro PathOf
  ${If} $MultiUser.InstallMode == "AllUsers"
    StrCpy $1 0x80000002 # HKEY_LOCAL_MACHINE
    StrCpy $2 "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
  ${Else}
    StrCpy $1 0x80000001 # HKEY_CURRENT_USER
    StrCpy $2 "Environment"
  ${EndIf}
!macroend
