# Many processes and many calls, while servers fail. POLYRING_ALL, _SIZE and _SEED make them longer,
# and others.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
find_package(Threads REQUIRED)
get_directory_property(drivers DIRECTORY ${PROJECT_SOURCE_DIR}/tests/live DEFINITION drivers)
set(here ${CMAKE_CURRENT_SOURCE_DIR})

add_executable(soak soak.c)
target_compile_definitions(soak PRIVATE _GNU_SOURCE)
target_include_directories(soak PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit)
target_link_libraries(soak PRIVATE polyring::polyring_static polyring_flags PkgConfig::CMOCKA
                      Threads::Threads)
add_test(NAME fault.soak COMMAND soak)
set_tests_properties(fault.soak PROPERTIES TIMEOUT 14400 RESOURCE_LOCK fault_soak)

add_test(NAME fault.histories
  COMMAND ${Python3_EXECUTABLE} -B ${here}/test_histories.py)
set(history ${Python3_EXECUTABLE} -B ${here}/history.py)
add_test(NAME fault.history COMMAND ${history} ${drivers})
add_test(NAME fault.history.control COMMAND ${history} --control --only miss ${drivers})
set_tests_properties(fault.history fault.history.control PROPERTIES TIMEOUT 1800
  RESOURCE_LOCK fault_history)
set_tests_properties(fault.history.control PROPERTIES PASS_REGULAR_EXPRESSION
  "miss: [1-9][0-9]* reads that break a promise")

set(flushes ${Python3_EXECUTABLE} -B ${here}/flushes.py)
set(three ${drivers})
list(FILTER three EXCLUDE REGEX "^c=")
if(three)
  add_test(NAME fault.flushes COMMAND ${flushes} ${three})
  add_test(NAME fault.flushes.control COMMAND ${flushes} --control --size 1 ${three})
  set_tests_properties(fault.flushes fault.flushes.control PROPERTIES TIMEOUT 900
    RESOURCE_LOCK fault_flushes)
  set_tests_properties(fault.flushes.control PROPERTIES PASS_REGULAR_EXPRESSION
    "default times: [^\n]* emptied so often: [2-9] 1\n")
endif()
