#pragma once
/* Not with _GNU_SOURCE: modules that see fd_set differently (CLinux, Foundation's Dispatch) cannot be used together. */
#include <hiredis/hiredis.h>
