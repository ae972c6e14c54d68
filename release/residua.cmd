@echo off
rem Runs Residua on Windows, from an unpacked archive: this file lies in bin, beside app and perhaps runtime.
rem
rem   JAVA_HOME           the Java to use where the archive has none, else the java in PATH; 17 or newer
rem   RESIDUA_JAVA_OPTS   more options for Java, which win over those set here (-Xmx8g)
setlocal
set "residua=%~dp0.."
set options=@"%residua%\app\java.options"
set newer=@"%residua%\app\java24.options"
set "java=%residua%\runtime\bin\java.exe"
if exist "%java%" goto run
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
"%java%" %options% -version >nul 2>nul
if errorlevel 1 (
  echo residua: Java 17 or newer is needed, and "%java%" is none; set JAVA_HOME>&2
  exit /b 1
)
"%java%" %newer% -version >nul 2>nul
if errorlevel 1 set "newer="
:run
rem What is printed is UTF-8, which the console is told for as long as this runs.
set "codepage="
for /f "tokens=2 delims=:." %%c in ('chcp 2^>nul') do set "codepage=%%c"
if defined codepage chcp 65001 >nul
rem Help, and the prediction of one picture, are short; unless the user has options of Java.
set "short="
if not defined RESIDUA_JAVA_OPTS if not defined JAVA_TOOL_OPTIONS if not defined JDK_JAVA_OPTIONS (
  for %%a in ("" help --help -h --version) do if "%~1"=="%%~a" set short=@"%residua%\app\short.options"
  if "%~1"=="predict" if not "%~3"=="" if "%~4"=="" if not exist "%~3\" set short=@"%residua%\app\short.options"
)
"%java%" %options% %newer% %short% -Dresidua.command=residua %RESIDUA_JAVA_OPTS% -jar "%residua%\app\residua.jar" %*
set "code=%ERRORLEVEL%"
if defined codepage chcp %codepage% >nul
exit /b %code%
