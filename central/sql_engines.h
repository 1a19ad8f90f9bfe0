// The two engines behind open_database(); only sql.cpp calls them.
#pragma once

#include <memory>
#include <string>

#include "central/sql.h"

namespace pos::central {

std::unique_ptr<Database> open_sqlite(const std::string& file, bool create);
std::unique_ptr<Database> open_postgres(const std::string& url);

}  // namespace pos::central
