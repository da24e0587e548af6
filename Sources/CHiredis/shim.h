#pragma once
/* The same view of the system's headers as CLinux has: two modules that see them differently cannot be used together. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <hiredis/hiredis.h>
