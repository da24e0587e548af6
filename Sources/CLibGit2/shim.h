#pragma once
#include <git2.h>
#include <git2/sys/index.h>

/* Variadic C functions are not imported into Swift: one wrapper for each option that is used. */

static inline int switchyard_git_set_strict_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

static inline int switchyard_git_set_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}
