@echo off
rem Runs Residua on Windows, from an unpacked archive: this file lies in bin, beside app and perhaps runtime.
rem
rem   JAVA_HOME           the Java to use where the archive has none, else the java in PATH; 17 or newer
rem   RESIDUA_JAVA_OPTS   more options for Java, which win over those set here (-Xmx8g)
setlocal
set "residua=%~dp0.."
set "java=%residua%\runtime\bin\java.exe"
if exist "%java%" goto run
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
"%java%" -version >nul 2>nul
if errorlevel 1 (
  echo residua: Java 17 or newer is needed, and "%java%" does not run; set JAVA_HOME>&2
  exit /b 1
)
:run
"%java%" -XX:MaxRAMPercentage=50 -Djava.awt.headless=true -Dfile.encoding=UTF-8 --enable-native-access=ALL-UNNAMED ^
  -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow -Dresidua.command=residua %RESIDUA_JAVA_OPTS% ^
  -jar "%residua%\app\residua.jar" %*
exit /b %ERRORLEVEL%
