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
  set(_tdsauth_shared
    "${_tdsauth_prefix}/lib/${CMAKE_SHARED_LIBRARY_PREFIX}tdsauth${CMAKE_SHARED_LIBRARY_SUFFIX}")
  if(WIN32)
    set(_tdsauth_shared "${_tdsauth_prefix}/bin/tdsauth.dll")
  endif()
  set(_tdsauth_static
    "${_tdsauth_prefix}/lib/${CMAKE_STATIC_LIBRARY_PREFIX}tdsauth${CMAKE_STATIC_LIBRARY_SUFFIX}")

  if(EXISTS "${_tdsauth_shared}" AND NOT tdsauth_USE_STATIC)
    add_library(tdsauth::tdsauth SHARED IMPORTED)
    set_target_properties(tdsauth::tdsauth PROPERTIES IMPORTED_LOCATION "${_tdsauth_shared}")
    if(WIN32)
      set_target_properties(tdsauth::tdsauth PROPERTIES
        IMPORTED_IMPLIB "${_tdsauth_prefix}/lib/tdsauth.dll.lib")
    endif()
  elseif(EXISTS "${_tdsauth_static}")
    # What the Rust runtime inside the archive needs from the system.
    find_package(Threads REQUIRED)
    add_library(tdsauth::tdsauth STATIC IMPORTED)
    set_target_properties(tdsauth::tdsauth PROPERTIES
      IMPORTED_LOCATION "${_tdsauth_static}"
      INTERFACE_COMPILE_DEFINITIONS TDSAUTH_STATIC)
    if(WIN32)
      target_link_libraries(tdsauth::tdsauth INTERFACE
        bcrypt ntdll userenv ws2_32 kernel32 advapi32)
    elseif(APPLE)
      target_link_libraries(tdsauth::tdsauth INTERFACE
        "-framework CoreFoundation" "-framework Security" iconv)
    else()
      target_link_libraries(tdsauth::tdsauth INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})
    endif()
  else()
    set(tdsauth_FOUND FALSE)
    set(tdsauth_NOT_FOUND_MESSAGE "no tdsauth library in ${_tdsauth_prefix}/lib")
    return()
  endif()

  set_target_properties(tdsauth::tdsauth PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_tdsauth_prefix}/include")

  add_library(tdsauth::cpp INTERFACE IMPORTED)
  target_link_libraries(tdsauth::cpp INTERFACE tdsauth::tdsauth)
  target_compile_features(tdsauth::cpp INTERFACE cxx_std_17)
endif()

set(tdsauth_FOUND TRUE)
