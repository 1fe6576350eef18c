#pragma once

/// What the commands do, each with what follows its name on the command line.

#include "commands/commands.hpp"

namespace tagloom::commands {

void run_dataset_demo(const Command& self, const Arguments& arguments);
void run_dataset_info(const Command& self, const Arguments& arguments);
void run_dataset_convert(const Command& self, const Arguments& arguments);
void run_cache_build(const Command& self, const Arguments& arguments);
void run_cache_info(const Command& self, const Arguments& arguments);
void run_cache_verify(const Command& self, const Arguments& arguments);
void run_cache_merge(const Command& self, const Arguments& arguments);
void run_cache_repair(const Command& self, const Arguments& arguments);
void run_cache_ls(const Command& self, const Arguments& arguments);
void run_cache_diff(const Command& self, const Arguments& arguments);
void run_cache_export(const Command& self, const Arguments& arguments);
void run_cache_import(const Command& self, const Arguments& arguments);
void run_train(const Command& self, const Arguments& arguments);
void run_experiment(const Command& self, const Arguments& arguments);
void run_evaluate(const Command& self, const Arguments& arguments);
void run_compare(const Command& self, const Arguments& arguments);
void run_report(const Command& self, const Arguments& arguments);
void run_annotate(const Command& self, const Arguments& arguments);
void run_export(const Command& self, const Arguments& arguments);
void run_plugins_inspect(const Command& self, const Arguments& arguments);
void run_plugins_check(const Command& self, const Arguments& arguments);
void run_plugins_new(const Command& self, const Arguments& arguments);
void run_info(const Command& self, const Arguments& arguments);

// Without LibTorch:
void run_plugins_list(const Command& self, const Arguments& arguments);
void run_help(const Command& self, const Arguments& arguments);
void run_man(const Command& self, const Arguments& arguments);
void run_completion(const Command& self, const Arguments& arguments);

}  // namespace tagloom::commands
