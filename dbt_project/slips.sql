-- What a number looks like that should have been another: for the rules of printed lists, and for what is said of a finding (I80).

-- A count as text, digit by digit.
create or replace macro digits_of(number) as cast(cast(number as bigint) as varchar);

-- What one whole number looks like that should have been another (I80); null where it looks like no slip of the pen.
create or replace macro slip_of(printed, meant) as case
    when least(printed, meant) < 0 or printed = meant or printed != round(printed) or meant != round(meant) then null
    when abs(printed - meant) = 1 then 'one off'
    when list_sort(string_split(digits_of(printed), '')) = list_sort(string_split(digits_of(meant), '')) then 'digits changed places'
    when list_contains([pow(10, place) for place in range(1, 10)], abs(printed - meant)) then 'one digit off'
    when length(digits_of(least(printed, meant))) = length(digits_of(greatest(printed, meant))) - 1 and list_contains(
        [
            left(digits_of(greatest(printed, meant)), place - 1) || substr(digits_of(greatest(printed, meant)), place + 1)
            for place in range(1, length(digits_of(greatest(printed, meant))) + 1)
        ],
        digits_of(least(printed, meant))
    ) then 'a digit dropped or added'
end;

-- Whether a count may be another with one slip of the pen.
create or replace macro is_slip(printed, meant) as slip_of(printed, meant) is not null;
