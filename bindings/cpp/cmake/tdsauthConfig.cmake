# find_package(tdsauth [0.1] [CONFIG])
#
#   tdsauth::tdsauth   the C library; shared, or static when tdsauth_USE_STATIC is true or no shared
#                      one is there
#   tdsauth::cpp       the header-only C++17 wrapper, with the C library
#
# The folder this file lies in decides where everything else is: a prefix can be moved.
get_filename_component(_tdsauth_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET tdsauth::tdsauth)
  # Looked for by name and not by find_library: nothing outside this prefix may take its place, and
  # a cached answer would outlive a move of it.
  set(_tdsauth_lib "${_tdsauth_prefix}/lib")
  set(_tdsauth_shared "")
  set(_tdsauth_import "")
  set(_tdsauth_static "${_tdsauth_lib}/libtdsauth.a")
  if(WIN32)
    set(_tdsauth_shared "${_tdsauth_prefix}/bin/tdsauth.dll")
    if(MINGW)
      set(_tdsauth_import "${_tdsauth_lib}/libtdsauth.dll.a")
    else()
      set(_tdsauth_import "${_tdsauth_lib}/tdsauth.lib")
      set(_tdsauth_static "")
    endif()
  elseif(ANDROID)
    # One folder for each ABI. The NDK's own tool chain file says ANDROID_ABI as well.
    set(_tdsauth_abi "${CMAKE_ANDROID_ARCH_ABI}")
    if(NOT _tdsauth_abi)
      set(_tdsauth_abi "${ANDROID_ABI}")
    endif()
    set(_tdsauth_shared "${_tdsauth_lib}/${_tdsauth_abi}/libtdsauth.so")
    set(_tdsauth_static "${_tdsauth_lib}/${_tdsauth_abi}/libtdsauth.a")
  elseif(CMAKE_SYSTEM_NAME STREQUAL "iOS")
    # A name as "iphonesimulator", or a path to iPhoneSimulator….sdk.
    string(TOLOWER "${CMAKE_OSX_SYSROOT}" _tdsauth_slice)
    if(_tdsauth_slice MATCHES "iphonesimulator")
      set(_tdsauth_slice "ios-arm64_x86_64-simulator")
    else()
      set(_tdsauth_slice "ios-arm64")
    endif()
    set(_tdsauth_static "${_tdsauth_lib}/tdsauth.xcframework/${_tdsauth_slice}/libtdsauth.a")
  elseif(APPLE)
    set(_tdsauth_shared "${_tdsauth_lib}/libtdsauth.dylib")
  else()
    set(_tdsauth_shared "${_tdsauth_lib}/libtdsauth.so")
  endif()

  if(_tdsauth_shared AND EXISTS "${_tdsauth_shared}" AND NOT tdsauth_USE_STATIC)
    add_library(tdsauth::tdsauth SHARED IMPORTED)
    set_target_properties(tdsauth::tdsauth PROPERTIES IMPORTED_LOCATION "${_tdsauth_shared}")
    if(_tdsauth_import)
      set_target_properties(tdsauth::tdsauth PROPERTIES IMPORTED_IMPLIB "${_tdsauth_import}")
    elseif(APPLE)
      # Else CMake does not see that programs need a run path.
      set_target_properties(tdsauth::tdsauth PROPERTIES
        IMPORTED_SONAME "@rpath/libtdsauth.dylib")
    endif()
  elseif(_tdsauth_static AND EXISTS "${_tdsauth_static}")
    add_library(tdsauth::tdsauth STATIC IMPORTED)
    set_target_properties(tdsauth::tdsauth PROPERTIES
      IMPORTED_LOCATION "${_tdsauth_static}"
      INTERFACE_COMPILE_DEFINITIONS TDSAUTH_STATIC)
    # What the Rust runtime inside the archive needs from the system.
    if(WIN32)
      target_link_libraries(tdsauth::tdsauth INTERFACE
        bcrypt ntdll userenv ws2_32 kernel32 advapi32)
    elseif(NOT APPLE)
      find_package(Threads REQUIRED)
      target_link_libraries(tdsauth::tdsauth INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})
    endif()
  else()
    set(tdsauth_FOUND FALSE)
    set(tdsauth_NOT_FOUND_MESSAGE
      "no tdsauth library for this system in ${_tdsauth_prefix}")
    return()
  endif()

  set_target_properties(tdsauth::tdsauth PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_tdsauth_prefix}/include")

  add_library(tdsauth::cpp INTERFACE IMPORTED)
  target_link_libraries(tdsauth::cpp INTERFACE tdsauth::tdsauth)
  target_compile_features(tdsauth::cpp INTERFACE cxx_std_17)
endif()

set(tdsauth_FOUND TRUE)
